{#
    USD value of one order by the kind of its contract; NULL where a price lacks or the unit does not fit the kind. `coin_usd` is the
    USD price of the quote coin, of a quanto contract that of the settlement coin. An asset that the dump names itself needs no kind
    for a quantity in base units.
#}
{% macro notional_usd(kind, unit, quantity, price, contract_size, coin_usd) -%}
    case
        when {{ unit }} = 'usd' then {{ quantity }}
        when {{ kind }} = 'inverse' and {{ unit }} = 'contracts' then {{ quantity }} * {{ contract_size }}
        when {{ kind }} in ('linear', 'quanto') and {{ unit }} = 'contracts'
            then {{ quantity }} * {{ contract_size }} * {{ price }} * {{ coin_usd }}
        when coalesce({{ kind }}, 'spot') in ('linear', 'spot') and {{ unit }} = 'base' then {{ quantity }} * {{ price }} * {{ coin_usd }}
    end
{%- endmacro %}
