import { Button, Menu } from '@mantine/core';
import { DownloadIcon } from '@primer/octicons-react';

interface AuditExportProps {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The whole audit, or that of the chosen time, as a file. Other filters do not apply: an export with gaps proves nothing. */
export const AuditExport = ({ from, to }: AuditExportProps) => {
  const address = (format: 'jsonl' | 'csv') => {
    const query = new URLSearchParams({ format, ...(from !== undefined && { from }), ...(to !== undefined && { to }) });
    return `/v1/admin/audit/export?${query.toString()}`;
  };
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <Button variant="default" leftSection={<DownloadIcon size={16} aria-hidden="true" />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{from === undefined && to === undefined ? 'All events' : 'Events of the chosen time'}</Menu.Label>
        <Menu.Item component="a" href={address('jsonl')}>
          JSON lines, which can be verified
        </Menu.Item>
        <Menu.Item component="a" href={address('csv')}>
          CSV, for a spreadsheet
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
