{# No two rows of the build days agree in all of `columns`, a comma-separated list. #}
{% test grain(model, columns) %}
select {{ columns }}, count(*) as n_rows
from {{ model }}
where {{ in_build_days() }}
group by {{ columns }}
having count(*) > 1
{% endtest %}
