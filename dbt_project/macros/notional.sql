{#
    USD value of one order by the kind of its contract; NULL where the kind is not priced yet or the unit does not fit it.
    An asset that the dump names itself needs no kind for a quantity in base units. A stablecoin counts as 1.00.
#}
{% macro notional_usd(kind, unit, quantity, price, contract_size) -%}
    case
        when {{ unit }} = 'usd' then {{ quantity }}
        when {{ kind }} = 'inverse' and {{ unit }} = 'contracts' then {{ quantity }} * {{ contract_size }}
        when {{ kind }} = 'linear' and {{ unit }} = 'contracts' then {{ quantity }} * {{ contract_size }} * {{ price }}
        when coalesce({{ kind }}, 'spot') in ('linear', 'spot') and {{ unit }} = 'base' then {{ quantity }} * {{ price }}
    end
{%- endmacro %}

{# Whether prices in this quote coin are taken as USD; an asset named by the dump itself is quoted in USD. #}
{% macro is_usd(quote) -%}
    coalesce({{ quote }}, 'USD') in ('USD', 'USDT', 'USDC', 'BUSD', 'FDUSD', 'DAI', 'USDE')
{%- endmacro %}
