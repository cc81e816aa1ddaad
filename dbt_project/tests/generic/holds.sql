{# Of the build days' rows no two agree in all columns of `grain`, and every rule (name: SQL condition) holds; a condition that is NULL holds. #}
{% test holds(model, rules, grain=none) %}
{% if grain -%}
select 'one row per {{ grain | replace('"', '') }}' as rule, min(day) as day, count(*) as n_rows
from {{ model }}
where {{ in_build_days() }}
group by {{ as_quoted(grain) }}
having count(*) > 1
union all
{% endif %}
{% for name, condition in rules.items() -%}
select '{{ name }}' as rule, day, count(*) as n_rows
from {{ model }}
where {{ in_build_days() }} and not ({{ as_quoted(condition) }})
group by day
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
