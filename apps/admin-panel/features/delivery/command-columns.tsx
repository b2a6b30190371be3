import { Text } from '@mantine/core';
import { DateTime, type RecordColumn } from '@secret-store/ui';

interface Command {
  readonly kind: string;
  readonly started: string;
}

/** @param workerOf the name of the worker that runs it */
export const commandColumn = <Of extends Command>(workerOf: (command: Of) => string): RecordColumn<Of> => ({
  title: 'Command',
  isName: true,
  render: (command) => (
    <div>
      <Text fw={500} ff="monospace" fz="sm">
        {command.kind}
      </Text>
      <Text fz="xs" c="dimmed">
        on {workerOf(command)}
      </Text>
    </div>
  ),
});

export const startedColumn: RecordColumn<Command> = {
  title: 'Started',
  render: ({ started }) => (
    <Text fz="sm">
      <DateTime value={started} />
    </Text>
  ),
};
