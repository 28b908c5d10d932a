{% macro moving_average(expression, frame) -%}
    {{ return(adapter.dispatch('moving_average', 'storewatch')(expression, frame)) }}
{%- endmacro %}

{% macro default__moving_average(expression, frame) -%}
    avg({{ storewatch.as_double(expression) }}) over ({{ frame }})
{%- endmacro %}

{#- MariaDB slides a sum by adding the row that enters and taking away the one that leaves: in doubles,
    a huge value leaves its rounding error behind for good. Decimals are exact. -#}
{% macro mariadb__moving_average(expression, frame) -%}
    {{ storewatch.as_double(
        'avg(cast(' ~ expression ~ ' as decimal(65, 30))) over (' ~ frame ~ ')'
    ) }}
{%- endmacro %}

{#- MySQL adds up every frame anew for doubles (windowing_use_high_precision, on unless switched off). -#}
{% macro mysql__moving_average(expression, frame) -%}
    {{ storewatch.default__moving_average(expression, frame) }}
{%- endmacro %}
