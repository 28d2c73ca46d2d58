/**
 * Connections of the server: always as `atlasmesh_app`, whatever login was given, and always inside a transaction that
 * names its tenant, so that row-level security decides what a query can see. Must never run a query for "all tenants".
 */
import pg from "pg";
import { tenantIdSchema } from "../../event-log/event.ts";
import { ROLES } from "./migrate.ts";

export interface TenantPool {
  /** Runs `work` in a transaction that sees only `tenant`; commits unless it throws. */
  inTenant<T>(tenant: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  /** A query that belongs to no tenant: names of tenants, health. Sees no tenant's rows. */
  query<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  readonly stats: () => { readonly total: number; readonly idle: number; readonly waiting: number };
  end(): Promise<void>;
}

export function openPool(connectionString: string, options: { readonly max?: number; readonly onError?: (error: Error) => void } = {}): TenantPool {
  const pool = new pg.Pool({
    connectionString,
    max: options.max ?? 8,
    application_name: "atlasmesh",
    connectionTimeoutMillis: 5000,
    options: `-c role=${ROLES.app} -c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000 -c search_path=atlasmesh`,
  });
  // A broken idle connection is replaced; without a listener Node would end the process.
  pool.on("error", (error) => options.onError?.(error));
  return {
    async inTenant(tenant, work) {
      tenantIdSchema.parse(tenant);
      const client = await pool.connect();
      let failed: unknown;
      try {
        await client.query(`begin; select set_config('atlasmesh.tenant', ${pg.escapeLiteral(tenant)}, true)`);
        const result = await work(client);
        await client.query("commit");
        return result;
      } catch (error) {
        failed = error;
        throw error;
      } finally {
        // After a failure nobody knows the state of this connection; a new one costs a millisecond.
        client.release(failed !== undefined);
      }
    },
    query: async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => (await pool.query<R>(text, [...values])).rows,
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    end: () => pool.end(),
  };
}
