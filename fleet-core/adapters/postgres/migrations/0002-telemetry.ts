/** Telemetry: partitions by day, the newest record of each vehicle, and averages by the minute. */
export const telemetry = {
  id: 2,
  name: "telemetry",
  sql: `
create table atlasmesh.telemetry (
  tenant text not null,
  vehicle_id text not null,
  boot_id text not null,
  sequence bigint not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  latitude double precision not null,
  longitude double precision not null,
  heading double precision not null,
  speed double precision,
  altitude double precision,
  state text not null,
  energy double precision not null,
  health double precision,
  mission_id text,
  progress double precision,
  extra json,
  primary key (tenant, vehicle_id, boot_id, sequence, at)
) partition by range (at);
create index telemetry_at on atlasmesh.telemetry using brin (at);

create table atlasmesh.latest (
  tenant text not null,
  vehicle_id text not null,
  boot_id text not null,
  sequence bigint not null,
  at timestamptz not null,
  latitude double precision not null,
  longitude double precision not null,
  heading double precision not null,
  speed double precision,
  state text not null,
  energy double precision not null,
  health double precision,
  mission_id text,
  progress double precision,
  primary key (tenant, vehicle_id)
);

create table atlasmesh.telemetry_minute (
  tenant text not null,
  vehicle_id text not null,
  minute timestamptz not null,
  records bigint not null,
  speed_sum double precision not null,
  speed_records bigint not null,
  speed_max double precision,
  energy_min double precision not null,
  energy_max double precision not null,
  primary key (tenant, vehicle_id, minute)
);

do $$
declare t text;
begin
  foreach t in array array['telemetry', 'latest', 'telemetry_minute'] loop
    execute format('alter table atlasmesh.%I enable row level security', t);
    execute format('alter table atlasmesh.%I force row level security', t);
    execute format('create policy own_tenant on atlasmesh.%I using (tenant = current_setting(''atlasmesh.tenant'', true)) with check (tenant = current_setting(''atlasmesh.tenant'', true))', t);
  end loop;
end $$;
grant select, insert on atlasmesh.telemetry to atlasmesh_app;
grant select, insert, update on atlasmesh.latest, atlasmesh.telemetry_minute to atlasmesh_app;

-- A day's partition, made when its first record comes. Nobody has rights on a partition itself.
create function atlasmesh.ensure_day(day date) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare name text := 'telemetry_' || to_char(day, 'YYYYMMDD');
begin
  if to_regclass('atlasmesh.' || name) is not null then return; end if;
  perform pg_advisory_xact_lock(hashtext('atlasmesh.telemetry'));
  execute format('create table if not exists atlasmesh.%I partition of atlasmesh.telemetry for values from (%L) to (%L)', name, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
end $$;

-- Whole days go at once when their time is over; gives how many.
create function atlasmesh.drop_days_before(day date) returns integer language plpgsql security definer set search_path = pg_catalog as $$
declare name text; dropped integer := 0;
begin
  for name in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'atlasmesh.telemetry'::regclass and c.relname ~ '^telemetry_[0-9]{8}$' loop
    if to_date(right(name, 8), 'YYYYMMDD') < day then
      execute format('drop table atlasmesh.%I', name);
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
end $$;
revoke all on function atlasmesh.ensure_day(date), atlasmesh.drop_days_before(date) from public;
grant execute on function atlasmesh.ensure_day(date), atlasmesh.drop_days_before(date) to atlasmesh_app;

-- Records come by COPY through a temporary table: COPY does not go through row-level security.
do $$ begin
  if not has_database_privilege('atlasmesh_app', current_database(), 'TEMP') then execute format('grant temporary on database %I to atlasmesh_app', current_database()); end if;
end $$;
`,
} as const;
