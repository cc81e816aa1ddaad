{# USD value of one order by the kind of its contract; NULL where the kind is not known. A stablecoin counts as 1.00. #}
{% macro notional_usd(kind, unit, quantity, price, contract_size) -%}
    case
        when {{ unit }} = 'usd' then {{ quantity }}
        when {{ kind }} = 'inverse' and {{ unit }} = 'contracts' then {{ quantity }} * {{ contract_size }}
        when {{ kind }} = 'linear' and {{ unit }} = 'contracts' then {{ quantity }} * {{ contract_size }} * {{ price }}
        when {{ kind }} in ('linear', 'spot') and {{ unit }} = 'base' then {{ quantity }} * {{ price }}
    end
{%- endmacro %}
