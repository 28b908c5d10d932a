{#- The column lies between two bounds. NULL passes: whether it may be NULL is for no_nulls to say.
    min, max: numbers or SQL expressions; at least one of them. inclusive: the bounds themselves pass.
    date_column: look at the audited dates only. -#}
{% test accepted_range(model, column_name, min=none, max=none, inclusive=true, date_column=none) %}

{%- if min is none and max is none -%}
    {%- do exceptions.raise_compiler_error(
        'accepted_range on ' ~ column_name ~ ': give min, max or both'
    ) -%}
{%- endif -%}
{%- set or_equal = '' if inclusive else '=' -%}
{%- set outside = [] -%}
{%- if min is not none -%}
    {%- do outside.append(column_name ~ ' <' ~ or_equal ~ ' ' ~ min) -%}
{%- endif -%}
{%- if max is not none -%}
    {%- do outside.append(column_name ~ ' >' ~ or_equal ~ ' ' ~ max) -%}
{%- endif %}

select *
from {{ storewatch.audited_rows(model, date_column) }} as audited
where {{ outside | join(' or ') }}

{% endtest %}
