{# Every rule (name: SQL condition) holds for every row of the build days; a condition that is NULL holds. #}
{% test holds(model, rules) %}
{% for name, condition in rules.items() -%}
select '{{ name }}' as rule, day, count(*) as n_rows
from {{ model }}
where {{ in_build_days() }} and not ({{ as_quoted(condition) }})
group by day
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
