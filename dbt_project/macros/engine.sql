{# One macro per thing that engines write differently. #}

{# Whole seconds from one instant to another. #}
{% macro seconds_between(earlier, later) -%}{{ return(adapter.dispatch('seconds_between')(earlier, later)) }}{%- endmacro %}
{% macro default__seconds_between(earlier, later) -%}cast(epoch({{ later }} - {{ earlier }}) as bigint){%- endmacro %}
{% macro spark__seconds_between(earlier, later) -%}
    cast(rint((unix_micros({{ later }}) - unix_micros({{ earlier }})) / 1e6) as bigint)
{%- endmacro %}

{# Whole seconds since 1970: what windows over time are ordered by, since intervals in frames are not portable. #}
{% macro epoch_seconds(instant) -%}{{ return(adapter.dispatch('epoch_seconds')(instant)) }}{%- endmacro %}
{% macro default__epoch_seconds(instant) -%}cast(epoch({{ instant }}) as bigint){%- endmacro %}
{% macro spark__epoch_seconds(instant) -%}cast(rint(unix_micros({{ instant }}) / 1e6) as bigint){%- endmacro %}

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

{# `result` of the row with the lowest `value`; of several, the earliest one. For the highest, give the value negated. #}
{% macro at_lowest(result, value, instant) -%}{{ return(adapter.dispatch('at_lowest')(result, value, instant)) }}{%- endmacro %}
{% macro default__at_lowest(result, value, instant) -%}min_by({{ result }}, row({{ value }}, {{ instant }})){%- endmacro %}
{% macro spark__at_lowest(result, value, instant) -%}
    min_by({{ result }}, case when {{ value }} is not null then struct({{ value }}, {{ instant }}) end)
{%- endmacro %}

{# The distinct values of a group in one text, in order. #}
{% macro listed(value) -%}{{ return(adapter.dispatch('listed')(value)) }}{%- endmacro %}
{% macro default__listed(value) -%}string_agg(distinct {{ value }}, ', ' order by {{ value }}){%- endmacro %}
{% macro spark__listed(value) -%}nullif(concat_ws(', ', sort_array(collect_set({{ value }}))), ''){%- endmacro %}

{# A double as a decimal, so that sums do not depend on the order of rows; a figure of 1e26 and more becomes NULL. #}
{% macro exact(value) -%}try_cast({{ value }} as decimal(38, 12)){%- endmacro %}
{% macro exact_sum(value) -%}cast(sum({{ exact(value) }}) as double){%- endmacro %}

{# The same for rates, returns and spreads, of which twelve decimals would leave too few digits; 1e14 and more becomes NULL. #}
{% macro exact_sum_of_fractions(value) -%}cast(sum(try_cast({{ value }} as decimal(38, 24))) as double){%- endmacro %}

{# Whole days from one day to another. #}
{% macro days_between(earlier, later) -%}{{ return(adapter.dispatch('days_between')(earlier, later)) }}{%- endmacro %}
{% macro default__days_between(earlier, later) -%}({{ later }} - {{ earlier }}){%- endmacro %}
{% macro spark__days_between(earlier, later) -%}datediff({{ later }}, {{ earlier }}){%- endmacro %}

{# A value as text, a double with the fewest digits that tell it from all others. #}
{% macro as_text(value) -%}{{ return(adapter.dispatch('as_text')(value)) }}{%- endmacro %}
{% macro default__as_text(value) -%}cast({{ value }} as varchar){%- endmacro %}
{% macro spark__as_text(value) -%}cast({{ value }} as string){%- endmacro %}

{# SQL with names in double quotes. dbt-spark switches ANSI off, and with it the quotes. #}
{% macro as_quoted(sql) -%}{{ return(adapter.dispatch('as_quoted')(sql)) }}{%- endmacro %}
{% macro default__as_quoted(sql) -%}{{ return(sql) }}{%- endmacro %}
{% macro spark__as_quoted(sql) -%}{{ return(sql | replace('"', '`')) }}{%- endmacro %}
