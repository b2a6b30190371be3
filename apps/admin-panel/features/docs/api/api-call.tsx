import { Badge, Code, Group, Table, Text, Title } from '@mantine/core';
import type { Field } from './describe-schema.ts';
import type { Call } from './list-calls.ts';

const Fields = ({ title, fields }: { readonly title: string; readonly fields: readonly Field[] }) => (
  <Table verticalSpacing={6} fz="sm" captionSide="top" layout="fixed" mt="sm">
    <Table.Caption ta="start" mt={0} fw={600}>
      {title}
    </Table.Caption>
    <Table.Tbody>
      {fields.map(({ name, type, isRequired, description }) => (
        <Table.Tr key={name}>
          <Table.Th scope="row" w="36%" fw={400} style={{ verticalAlign: 'top' }}>
            <Code style={{ overflowWrap: 'anywhere' }}>{name}</Code>
            {isRequired && (
              <Text fz="xs" c="dimmed">
                required
              </Text>
            )}
          </Table.Th>
          <Table.Td>
            <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
              {type}
            </Text>
            {description !== '' && (
              <Text fz="sm" c="dimmed">
                {description}
              </Text>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);

export const ApiCall = ({ call }: { readonly call: Call }) => (
  <section style={{ marginBlock: 40 }}>
    <Group gap="sm" wrap="nowrap" align="baseline">
      <Badge variant="light" radius="sm" style={{ flex: 'none' }}>
        {call.method}
      </Badge>
      <Title order={3} id={call.id} fz="md" ff="monospace" style={{ overflowWrap: 'anywhere', scrollMarginTop: 80 }}>
        {call.path}
      </Title>
    </Group>
    <Text mt={6}>{call.summary}</Text>
    {call.description !== '' && <Text c="dimmed">{call.description}</Text>}
    {call.parameters.length > 0 && <Fields title="Parameters" fields={call.parameters} />}
    {call.body.length > 0 && <Fields title="Body" fields={call.body} />}
    {call.answer !== null &&
      (call.answer.fields.length > 0 ? (
        <Fields title={`Answer: ${call.answer.type}`} fields={call.answer.fields} />
      ) : (
        <Text fz="sm" mt="sm">
          Answer: {call.answer.type}
        </Text>
      ))}
    <Text fz="sm" c="dimmed" mt="xs">
      Errors: {call.errors.join(', ')}
    </Text>
  </section>
);
