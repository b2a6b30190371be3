import type pg from 'pg';
import type { Cluster } from './cluster.ts';

/**
 * One step on the way to three roles, in a superuser's session. It takes effect whole or not at all, and changes nothing
 * where it has been done, so that the next start goes on wherever a crash has stopped this one.
 */
export type RoleStep = (cluster: Cluster, session: pg.Client) => Promise<void>;
