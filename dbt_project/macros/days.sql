{# The days whose rows a build replaces. They live in a table, not in a variable, which would break partial parsing. #}
{% macro build_days() -%}
    (select day from {{ source('raw', 'build_days') }})
{%- endmacro %}

{% macro in_build_days(column='day') -%}
    {{ column }} in {{ build_days() }}
{%- endmacro %}

{# Incremental strategy: every row of a build day goes, the model's rows for these days come. #}
{% macro get_incremental_replace_days_sql(arguments) %}
    {{ replace_rows(arguments, in_build_days('day')) }}
{% endmacro %}

{# Days whose figures look back so many days, or `ahead` so many, and so may change with a build day. #}
{% macro in_reach(column, days, ahead=0) -%}
    {%- if '.' not in column %}{{ exceptions.raise_compiler_error('in_reach: ' ~ column ~ ' would be that of build_days; name its relation') }}{% endif -%}
    exists (
        select 1 from {{ source('raw', 'build_days') }} as built
        where {{ column }} >= {{ add_days('built.day', -ahead) }} and {{ column }} <= {{ add_days('built.day', days) }}
    )
{%- endmacro %}

{# Incremental strategy: the same for models that look back as far as their `reach` in days says, and ahead as their `ahead`. #}
{% macro get_incremental_replace_reached_days_sql(arguments) %}
    {%- set day = arguments['target_relation'].identifier ~ '.day' -%}
    {{ replace_rows(arguments, in_reach(day, config.require('reach'), config.get('ahead', 0))) }}
{% endmacro %}

{# A window over the days before a row's own, [day - first, day - last], of one asset; `n` is the day as a whole number. #}
{% macro over_days_before(first, last=1) -%}
    over (partition by asset order by n range between {{ first }} preceding and {{ last }} preceding)
{%- endmacro %}
