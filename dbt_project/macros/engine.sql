{# One macro per thing that engines write differently. #}

{# Whole seconds from one instant to another. #}
{% macro seconds_between(earlier, later) -%}{{ return(adapter.dispatch('seconds_between')(earlier, later)) }}{%- endmacro %}
{% macro default__seconds_between(earlier, later) -%}cast(epoch({{ later }} - {{ earlier }}) as bigint){%- endmacro %}
{% macro spark__seconds_between(earlier, later) -%}(unix_timestamp({{ later }}) - unix_timestamp({{ earlier }})){%- endmacro %}

{# An instant some seconds later. #}
{% macro add_seconds(instant, seconds) -%}{{ return(adapter.dispatch('add_seconds')(instant, seconds)) }}{%- endmacro %}
{% macro default__add_seconds(instant, seconds) -%}({{ instant }} + to_seconds(cast({{ seconds }} as bigint))){%- endmacro %}
{% macro spark__add_seconds(instant, seconds) -%}timestampadd(second, {{ seconds }}, {{ instant }}){%- endmacro %}

{# One row per whole number from 0 to below `end`, in a column `n`. #}
{% macro numbers(end) -%}{{ return(adapter.dispatch('numbers')(end)) }}{%- endmacro %}
{% macro default__numbers(end) -%}(select cast(range as integer) as n from range({{ end }})){%- endmacro %}
{% macro spark__numbers(end) -%}(select cast(id as int) as n from range({{ end }})){%- endmacro %}

{# Start of the day as an instant. #}
{% macro day_start(day) -%}cast({{ day }} as timestamp){%- endmacro %}

{# The day after (or before, with a negative number). #}
{% macro add_days(day, days) -%}{{ return(adapter.dispatch('add_days')(day, days)) }}{%- endmacro %}
{% macro default__add_days(day, days) -%}cast({{ day }} + {{ days }} as date){%- endmacro %}
{% macro spark__add_days(day, days) -%}date_add({{ day }}, {{ days }}){%- endmacro %}

{# The last value that is not NULL; a window follows. #}
{% macro last_known(value) -%}{{ return(adapter.dispatch('last_known')(value)) }}{%- endmacro %}
{% macro default__last_known(value) -%}last_value({{ value }} ignore nulls){%- endmacro %}
{% macro spark__last_known(value) -%}last_value({{ value }}, true){%- endmacro %}
