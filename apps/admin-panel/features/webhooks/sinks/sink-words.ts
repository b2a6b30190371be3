import type { AuditSinkInfo } from '@secret-store/api/schemas';

export const formatLabels: Readonly<Record<AuditSinkInfo['format'], string>> = {
  syslog: 'Syslog over TLS',
  'json-lines': 'JSON lines over HTTPS',
};

export const hostOf = (url: string): string => new URL(url).host;
