'use client';
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './record-table.module.css';

export interface RecordColumn<Item> {
  readonly title: string;
  readonly render: (item: Item) => ReactNode;
  /** the row's name: larger, and without its title on narrow screens */
  readonly isName?: boolean;
  /** buttons: on the right, or below everything else on narrow screens */
  readonly isActions?: boolean;
}

export interface RecordTableProps<Item> {
  readonly label: string;
  readonly columns: readonly RecordColumn<Item>[];
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
}

const kindOf = (column: RecordColumn<never>) => (column.isName ? 'name' : column.isActions ? 'actions' : undefined);

/**
 * A table that becomes a list of cards on narrow screens. The roles are explicit because some browsers drop them when
 * `display` changes.
 */
export const RecordTable = <Item,>({ label, columns, items, keyOf }: RecordTableProps<Item>) => (
  <div className={classes.frame}>
    <Table role="table" aria-label={label} className={classes.table} verticalSpacing="md" horizontalSpacing="lg">
      <Table.Thead role="rowgroup" className={classes.head}>
        <Table.Tr role="row">
          {columns.map((column) => (
            <Table.Th key={column.title} role="columnheader" data-kind={kindOf(column)}>
              {column.title}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody role="rowgroup">
        {items.map((item) => (
          <Table.Tr key={keyOf(item)} role="row" className={classes.row}>
            {columns.map((column) => (
              <Table.Td
                key={column.title}
                role={column.isName ? 'rowheader' : 'cell'}
                className={classes.cell}
                data-kind={kindOf(column)}
                data-title={column.title}
              >
                {column.render(item)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
);
