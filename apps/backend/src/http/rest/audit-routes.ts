import { Readable } from 'node:stream';
import { AuditExportQuery, AuditPage, AuditQuery } from '@secret-store/api';
import { z } from 'zod';
import { exportAudit } from '../../audit/export-audit.ts';
import { listAudit } from '../../audit/list-audit.ts';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import type { Dependencies } from '../../dependencies.ts';
import { answers } from '../openapi.ts';
import { forPermission, type RestInstance, security } from './input/route.ts';

const contentTypes = { jsonl: 'application/jsonl', csv: 'text/csv; charset=utf-8' } as const;

const file = { schema: z.unknown() };
const files = { [contentTypes.jsonl]: file, [contentTypes.csv]: file };

/** Such as 20261126T103000Z, which every file system takes. */
const fileTime = (now: Date): string => now.toISOString().replaceAll(/[-:]|\.\d+/g, '');

export const auditRoutes = (app: RestInstance, deps: Dependencies, refusals: RefusalCounter): void => {
  /** What has happened so far is in the chain when it is read. */
  const bringUpToDate = async (): Promise<void> => {
    await refusals.flush();
    await deps.ledger.flush();
  };
  const described = (summary: string) => ({ tags: ['audit'], summary, ...security });

  app.get(
    '/v1/admin/audit',
    {
      ...forPermission('audit.read'),
      schema: { ...described('List, newest first'), querystring: AuditQuery, response: answers({ 200: AuditPage }) },
    },
    async (request) => {
      await bringUpToDate();
      return listAudit(deps, request.query);
    },
  );
  app.get(
    '/v1/admin/audit/export',
    {
      ...forPermission('audit.read'),
      // it would read everything, and send nothing
      exposeHeadRoute: false,
      schema: {
        ...described('Export a period as a file, oldest first'),
        querystring: AuditExportQuery,
        response: { 200: { description: 'the file', content: files } },
      },
    },
    async (request, reply) => {
      const { format } = request.query;
      await bringUpToDate();
      const text = await exportAudit(deps, request.query);
      const name = `secret-store-audit-${fileTime(new Date())}.${format}`;
      reply.type(contentTypes[format]).header('content-disposition', `attachment; filename="${name}"`);
      // read from as the client takes it, and ended when the client is gone
      return reply.send(Readable.from(text, { objectMode: false }));
    },
  );
};
