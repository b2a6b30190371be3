/** Small, because one store shares its machine with plugins and algorithms; durable, because it keeps secrets. */
export const serverSettings: Readonly<Record<string, string>> = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  ...(process.platform === 'darwin' ? { wal_sync_method: 'fsync_writethrough' } : {}),
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '32MB',
  io_method: 'sync',
  autovacuum_worker_slots: '2',
  autovacuum_max_workers: '1',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  max_wal_senders: '0',
  max_replication_slots: '0',
  max_wal_size: '256MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_checkpoints: 'off',
  // a statement, or the detail of a broken constraint, may hold what must not be logged
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** PostgreSQL inherits nothing of our environment. NODE_ENV is only for Next's types, which require it wherever they are loaded. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'production',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    TZ: 'UTC',
    LC_ALL: 'C',
  };
}
