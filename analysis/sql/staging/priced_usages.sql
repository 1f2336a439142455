-- One row per request to a model: its tokens, and what they cost by the log or by the price of its day (null: unknown).
with asked as (
    select distinct model, coalesce(utc_day("at"), current_date) as day
    from owned_usages
    where model is not null
),

priced as (
    select asked.model, asked.day, prices.* exclude (model, since, source)
    from asked
    inner join prices on asked.model glob prices.model and asked.day >= prices.since
    qualify row_number() over (
        partition by asked.model, asked.day order by length(prices.model) desc, prices.since desc
    ) = 1
),

with_cost as (
    select
        owned_usages.tool,
        owned_usages.session,
        owned_usages."at",
        owned_usages.model,
        owned_usages.input,
        owned_usages.cache_write,
        owned_usages.cache_read,
        owned_usages.output,
        owned_usages.quality,
        case
            when owned_usages.cost_usd is not null then owned_usages.cost_usd
            when owned_usages.input + owned_usages.cache_write + owned_usages.cache_read + owned_usages.output = 0 then 0
            else (
                owned_usages.input * priced.input
                + (owned_usages.cache_write - owned_usages.cache_write_1h) * priced.cache_write
                + owned_usages.cache_write_1h * priced.cache_write_1h
                + owned_usages.cache_read * priced.cache_read
                + owned_usages.output * priced.output
            ) / 1e6
        end as cost_usd
    from owned_usages
    left join priced on owned_usages.model = priced.model and coalesce(utc_day(owned_usages."at"), current_date) = priced.day
)

select * from with_cost
