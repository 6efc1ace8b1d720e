-- Parts in order, each one statement or a few; bench.sizes and bench.texts are there. Run as the migration login, which no policy binds.
-- # districts
with made as (
  insert into app.tenants (slug, name, kind, status, created_at)
  select 'bench-' || place, '第' || place || '区教育局', 'district', 'active', now() from bench.sizes where tenant_id is null order by place
  returning id, slug)
update bench.sizes set tenant_id = made.id from made where made.slug = 'bench-' || place;
create unlogged table if not exists bench.model as select tenant_id from bench.sizes where place = 0;
insert into app.pack_versions (tenant_id, version, digest, content, applied_at, applied_by)
  select s.tenant_id, p.version, p.digest, p.content, p.applied_at, p.applied_by
  from app.pack_versions p join bench.model m on m.tenant_id = p.tenant_id cross join bench.sizes s
  on conflict do nothing;
insert into app.plugin_switches (tenant_id, plugin, on_from, on_until, stages, variant, version)
  select s.tenant_id, p.plugin, p.on_from, p.on_until, p.stages, p.variant, p.version
  from app.plugin_switches p join bench.model m on m.tenant_id = p.tenant_id cross join bench.sizes s
  on conflict do nothing;
-- # schools
insert into app.org_units (tenant_id, id, code, name, short_name, name_sort, kind, org_type, stages, ownership, valid_from)
  select tenant_id, uuidv7(), 'BENCH-R', '教育局', '教育局', '0', 'bureau', 'bureau', '{}', 'public', date '2020-01-01'
  from bench.sizes where tenant_id not in (select tenant_id from app.org_units);
drop table if exists bench.schools;
create unlogged table bench.schools as
  select s.tenant_id, k, uuidv7() as id,
    (array['东湖', '西城', '南桥', '北苑', '新华', '育才', '实验', '阳光', '明德', '和平', '滨江', '锦绣'])[1 + k % 12]
      || '第' || (1 + k / 12) || (array['小学', '初级中学', '中心幼儿园', '高级中学'])[1 + k % 4] as name,
    (array['school', 'school', 'kindergarten', 'school'])[1 + k % 4] as kind,
    (array['primary', 'junior', 'kindergarten', 'senior'])[1 + k % 4] as stage
  from bench.sizes s cross join lateral generate_series(0, s.schools - 1) k;
-- one of them is the school whose safety head is measured
update bench.schools s set id = u.id from app.org_units u where u.tenant_id = s.tenant_id and u.code = 'S001' and s.k = 2;
insert into app.org_units (tenant_id, id, code, name, short_name, name_sort, kind, org_type, stages, ownership, student_count, valid_from)
  select tenant_id, id, '32' || lpad(k::text, 6, '0'), name, name, lpad(k::text, 8, '0'), kind, stage, array[stage], 'public', 900, date '2020-01-01'
  from bench.schools on conflict do nothing;
insert into app.org_links (tenant_id, id, parent_id, child_id, tree, valid_from)
  select s.tenant_id, uuidv7(), r.id, s.id, 'administrative', date '2020-01-01'
  from bench.schools s join app.org_units r on r.tenant_id = s.tenant_id and r.kind = 'bureau'
  where not exists (select 1 from app.org_links l where l.tenant_id = s.tenant_id and l.child_id = s.id);
insert into app.org_closure (tenant_id, ancestor_id, descendant_id, depth, admin_depth)
  select tenant_id, id, id, 0, 0 from bench.schools
  union all select s.tenant_id, r.id, s.id, 1, 1 from bench.schools s join app.org_units r on r.tenant_id = s.tenant_id and r.kind = 'bureau'
  union all select u.tenant_id, u.id, u.id, 0, 0 from app.org_units u where u.code = 'BENCH-R'
  on conflict do nothing;
create unique index on bench.schools (tenant_id, k);
analyze bench.schools;
-- # hazards
insert into app.hazards (tenant_id, id, no, unit_id, school_id, org_type, place, domain, category, title, description, grade, graded,
    source, origin, found_at, stage, canonical, ground, plan, due_on, clock_on, responsible_name, measure_done,
    rectified_at, rectified_by_name, closed_at, closed_by_name, campaign, created_at, updated_at, version)
  with raw as (
    select s.tenant_id, s.schools, n, random() as fate, random() as which, random() as other, random() as mark,
      timestamptz '2020-11-26 02:00Z' - (random() ^ 1.5) * interval '700 days' as found_at
    from bench.sizes s cross join lateral generate_series(1, s.hazards) n),
  drawn as (
    select raw.*, floor(which * (select count(*) from bench.texts))::int as text_no, floor(other * (select count(*) from bench.texts))::int as second_no,
      floor(mark * mark * schools)::int as k,
      case when fate < 0.03 then 'discovered' when fate < 0.08 then 'registered' when fate < 0.16 then 'rectifying'
        when fate < 0.19 then 'reported' when fate < 0.21 then 'risk_controlled' when fate < 0.23 then 'cancelled' else 'closed' end as canonical
    from raw)
  select d.tenant_id, uuidv7(), case when canonical = 'discovered' then null else 'WJ-' || to_char(found_at, 'YYYY') || '-' || lpad(n::text, 6, '0') end,
    c.id, c.id, c.stage, t.place, t.domain, t.category, t.what, t.place || (1 + n % 9) || '号楼：' || t.what || '。' || '同时发现' || u.place || u.what || '，编号' || lpad((n * 7919 % 100000)::text, 5, '0') || '。',
    case when which < 0.035 then 'major' else 'general' end, canonical <> 'discovered',
    case when other < 0.65 then 'self_check' else 'inspection' end, case when other < 0.65 then 'self_check' else 'inspection' end, found_at,
    case canonical when 'discovered' then 'found' when 'risk_controlled' then 'controlled' else canonical end, canonical,
    case when canonical in ('discovered', 'registered') then null else 'ordinary' end,
    case when canonical in ('discovered', 'registered') then '{}'::jsonb else jsonb_build_object('measures', jsonb_build_object('value', t.done),
      'contingency_plan', jsonb_build_object('value', '专人看护，设置警示标志，落实应急联系'), 'funds', jsonb_build_object('value', 100000)) end,
    (found_at + interval '15 days')::date, case when canonical in ('registered', 'rectifying', 'risk_controlled') then (found_at + interval '15 days')::date end,
    case when canonical in ('discovered', 'registered') then '' else '总务处主任' end, case when canonical in ('reported', 'closed') then t.done else '' end,
    case when canonical in ('reported', 'closed') then found_at + fate * interval '16 days' end, case when canonical in ('reported', 'closed') then '总务处主任' else '' end,
    case when canonical = 'closed' then found_at + fate * interval '20 days' end, case when canonical = 'closed' then '安全主任' else '' end,
    'sanzheng', found_at, found_at + fate * interval '20 days', 4
  from drawn d join bench.schools c on c.tenant_id = d.tenant_id and c.k = d.k
    join bench.texts t on t.no = d.text_no join bench.texts u on u.no = d.second_no
  order by found_at;
-- # timelines
insert into app.hazard_events (tenant_id, id, hazard_id, at, kind, code, label, actor_name, to_stage, canonical, hazard_version)
  select tenant_id, uuidv7(), id, found_at, 'report', 'report', '上报', '值班教师', 'found', 'discovered', 1 from app.hazards
  union all
  select tenant_id, uuidv7(), id, updated_at, 'move', stage, '办理', '安全主任', stage, canonical, 4 from app.hazards where canonical <> 'discovered';
