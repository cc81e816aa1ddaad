{# The days whose rows a build replaces. They live in a table, not in a variable, which would break partial parsing. #}
{% macro build_days() -%}
    (select day from {{ source('raw', 'build_days') }})
{%- endmacro %}

{% macro in_build_days(column='day') -%}
    {{ column }} in {{ build_days() }}
{%- endmacro %}

{# Incremental strategy: every row of a build day goes, the model's rows for these days come. #}
{% macro get_incremental_replace_days_sql(arguments) %}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arguments['target_relation'] }} where {{ in_build_days('day') }};
    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }}
{% endmacro %}
