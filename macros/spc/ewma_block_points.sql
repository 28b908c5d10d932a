{% macro ewma_block_points(lags) -%}
    {%- set best = namespace(points=1, lags_read=lags) -%}
    {%- for points in range(1, lags + 1) -%}
        {%- set lags_read = points + lags // points + lags % points -%}
        {%- if lags_read < best.lags_read -%}
            {%- set best.points = points -%}
            {%- set best.lags_read = lags_read -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(best.points) }}
{%- endmacro %}
