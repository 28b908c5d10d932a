-- store_kpis lists exactly the KPIs that int_store__daily_kpis computes: one that is missing there
-- would vanish from every chart, and one that nobody computes would never have a value.

with

computed as (

    {% for name in store_kpi_names() -%}
    select '{{ name }}' as metric_name
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    computed.metric_name,
    'has no row in store_kpis' as finding
from computed
left join {{ ref('store_kpis') }} as kpis
    on kpis.metric_name = computed.metric_name
where kpis.metric_name is null

union all

select
    kpis.metric_name,
    'is in store_kpis and never computed' as finding
from {{ ref('store_kpis') }} as kpis
left join computed
    on computed.metric_name = kpis.metric_name
where computed.metric_name is null
