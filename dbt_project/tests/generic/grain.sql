{# No two rows of the build days agree in all of `columns`, a comma-separated list. #}
{% test grain(model, columns) %}
select {{ as_quoted(columns) }}, count(*) as n_rows
from {{ model }}
where {{ in_build_days() }}
group by {{ as_quoted(columns) }}
having count(*) > 1
{% endtest %}
