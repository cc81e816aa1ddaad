{#
    Spark keeps a model's days as partitions of Parquet. It has no transaction over several of them: days whose rows go are dropped, then
    the days that come are overwritten as a whole, and a build that is interrupted in between is completed by the next.
#}

{% materialization incremental, adapter='spark' -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if config.get('contract').enforced %}{{ get_assert_columns_equivalent(sql) }}{% endif %}
    {%- if existing is none or should_full_refresh() %}
        {% if existing %}{% do adapter.drop_relation(existing) %}{% endif %}
        {% call statement('main') -%}
            create table {{ target_relation }} using parquet partitioned by (day) as {{ by_day('(' ~ sql ~ ')') }}
        {%- endcall %}
    {%- else %}
        {% call statement('main') -%}
            {{ replace_by_strategy(existing, sql) }}
        {%- endcall %}
    {%- endif %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization %}

{% macro spark__replace_rows(arguments, of_days) -%}
    {%- set target = arguments['target_relation'] -%}
    {%- set kept = run_query('show partitions ' ~ target).columns[0].values() -%}
    {%- if kept %}
        {%- set days = kept | map('replace', 'day=', "date '") | join("', ") ~ "'" -%}
        {%- set gone = run_query("select cast(day as string) from (select explode(array(" ~ days ~ ")) as day) as " ~ target.identifier ~ " where " ~ of_days) -%}
        {%- set gone = gone.columns[0].values() -%}
        {%- if gone %}
            {%- do run_query("alter table " ~ target ~ " drop if exists partition (day = '" ~ gone | join("'), partition (day = '") ~ "')") -%}
        {%- endif %}
    {%- endif %}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    insert overwrite {{ target }} ({{ columns }})
    {{ by_day(arguments['temp_relation'], columns) }}
{%- endmacro %}

{# Rows of a query with one file for each day; where the contract says so, no NULL gets in, which Parquet tables do not see to. #}
{% macro by_day(query, columns='*') -%}
    {%- set known = [] -%}
    {%- for column in model.columns.values() if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
        {%- do known.append(column.name) -%}
    {%- endfor -%}
    select /*+ rebalance(day) */ {{ columns }} from {{ query }}
    {%- if known %}
    where case
        {%- for name in known %}
        when {{ adapter.quote(name) }} is null then raise_error('contract of {{ this.identifier }}: {{ name }} is NULL')
        {%- endfor %}
        else true
    end
    {%- endif %}
{%- endmacro %}

{# The types of a contract; Spark calls varchar string and integer int. #}
{% macro spark__get_empty_schema_sql(columns) -%}
    {%- set names = {'varchar': 'string'} -%}
    select
    {%- for column in columns.values() %}
        cast(null as {{ names.get(column.data_type, column.data_type) }}) as {{ adapter.quote(column.name) }}{{ ',' if not loop.last }}
    {%- endfor %}
    where false
{%- endmacro %}

{# The adapter's own writes NULL as the text None and does not escape quotes. #}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model.config.column_types -%}
    {%- set sql -%}
        insert into {{ this }}
        select
        {%- for name in agate_table.column_names %}
            cast(c{{ loop.index }} as {{ types.get(name, adapter.convert_type(agate_table, loop.index0)) }}){{ ',' if not loop.last }}
        {%- endfor %}
        from values
        {%- for row in agate_table.rows %}
        (
            {%- for value in row -%}
            {{ 'null' if value is none else "'" ~ (value | string | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'" }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
        as rows_given ({% for name in agate_table.column_names %}c{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %})
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return('') }}
{%- endmacro %}
