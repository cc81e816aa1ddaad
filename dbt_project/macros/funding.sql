{# Rate of a year of 8 760 hours from one of eight, without compounding. #}
{% macro funding_apr(rate_8h) -%}{{ rate_8h }} * 1095.0{%- endmacro %}
