import { Progress, Stack, Text } from '@mantine/core';
import type { RemovalProgress } from '@secret-store/api/schemas';

/** How far a deletion is that waits for vaults. */
export const VaultProgress = ({ done, total }: RemovalProgress) => (
  <Stack gap={4}>
    <Text fz="sm" role="status">
      {`Deleted ${done} of ${total} from their vaults…`}
    </Text>
    <Progress value={(100 * done) / total} aria-label="Secrets deleted from their vaults" />
  </Stack>
);
