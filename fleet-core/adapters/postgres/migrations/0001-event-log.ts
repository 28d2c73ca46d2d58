/**
 * The event log: append-only, one hash chain per tenant, each row guarded by row-level security. Never change a migration
 * that was released: its digest is checked against every database it was applied to. Write the next one.
 */
export const eventLog = {
  id: 1,
  name: "event-log",
  sql: `
create table atlasmesh.heads (
  tenant text primary key,
  position bigint not null,
  hash text not null,
  time_ms bigint not null,
  dead_letters bigint not null default 0
);

create table atlasmesh.events (
  tenant text not null,
  position bigint not null,
  stream text not null,
  version bigint not null,
  type text not null,
  schema_version integer not null,
  topic text not null,
  time_ms bigint not null,
  actor text not null,
  correlation_id text not null,
  causation_id text not null,
  -- json, not jsonb: the text stays exactly as it was hashed.
  data json not null,
  previous_hash text not null,
  hash text not null,
  primary key (tenant, position),
  unique (tenant, stream, version)
);
create index events_correlation on atlasmesh.events (tenant, correlation_id);
create index events_type on atlasmesh.events (tenant, type, position);

create function atlasmesh.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the event log is append-only' using errcode = 'restrict_violation';
end $$;
create trigger events_append_only before update or delete on atlasmesh.events for each row execute function atlasmesh.refuse_change();
create trigger events_no_truncate before truncate on atlasmesh.events for each statement execute function atlasmesh.refuse_change();

create table atlasmesh.replies (
  tenant text not null,
  key text not null,
  request_digest text not null,
  reply json not null,
  expires_ms bigint not null,
  primary key (tenant, key)
);
create index replies_expiry on atlasmesh.replies (expires_ms);

create table atlasmesh.snapshots (
  tenant text not null,
  name text not null,
  position bigint not null,
  schema_version integer not null,
  data json not null,
  primary key (tenant, name)
);

create table atlasmesh.outbox (
  tenant text not null,
  position bigint not null,
  topic text not null,
  primary key (tenant, position),
  foreign key (tenant, position) references atlasmesh.events (tenant, position)
);

create table atlasmesh.dead_letters (
  tenant text not null,
  id bigint not null,
  at_ms bigint not null,
  topic text not null,
  source text not null,
  reason_code text not null,
  reason text not null,
  payload bytea not null,
  schema_subject text not null,
  status text not null check (status in ('open', 'replayed', 'discarded')),
  fixed_payload bytea,
  attempts integer not null,
  resolved_by text not null,
  primary key (tenant, id)
);
create index dead_letters_open on atlasmesh.dead_letters (tenant, status, id);

create table atlasmesh.schemas (
  tenant text not null,
  subject text not null,
  version integer not null,
  schema json not null,
  primary key (tenant, subject, version)
);

do $$
declare t text;
begin
  foreach t in array array['heads', 'events', 'replies', 'snapshots', 'outbox', 'dead_letters', 'schemas'] loop
    execute format('alter table atlasmesh.%I enable row level security', t);
    execute format('alter table atlasmesh.%I force row level security', t);
    execute format('create policy own_tenant on atlasmesh.%I using (tenant = current_setting(''atlasmesh.tenant'', true)) with check (tenant = current_setting(''atlasmesh.tenant'', true))', t);
  end loop;
end $$;

grant usage on schema atlasmesh to atlasmesh_app;
grant select, insert on atlasmesh.events, atlasmesh.schemas to atlasmesh_app;
grant select, insert, update on atlasmesh.heads, atlasmesh.dead_letters, atlasmesh.snapshots to atlasmesh_app;
grant select, insert, update, delete on atlasmesh.replies to atlasmesh_app;
grant select, insert, delete on atlasmesh.outbox to atlasmesh_app;

-- Names only, so that the relay of the outbox knows whom to visit; the rows stay behind row-level security.
create policy relay_names on atlasmesh.heads for select to atlasmesh_relay using (true);
create function atlasmesh.tenant_names() returns setof text language sql stable security definer set search_path = pg_catalog as
  'select tenant from atlasmesh.heads order by tenant collate "C"';
grant usage on schema atlasmesh to atlasmesh_relay;
grant select (tenant) on atlasmesh.heads to atlasmesh_relay;
grant create on schema atlasmesh to atlasmesh_relay;
alter function atlasmesh.tenant_names() owner to atlasmesh_relay;
revoke create on schema atlasmesh from atlasmesh_relay;
revoke all on function atlasmesh.tenant_names() from public;
grant execute on function atlasmesh.tenant_names() to atlasmesh_app;
`,
} as const;
