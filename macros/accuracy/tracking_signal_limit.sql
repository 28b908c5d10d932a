{% macro tracking_signal_limit(n) -%}
    {{ var('tracking_signal_sigmas') }} * sqrt({{ storewatch.as_double(n) }})
{%- endmacro %}
