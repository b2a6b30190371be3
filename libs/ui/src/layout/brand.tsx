import { Group, Text } from '@mantine/core';
import classes from './brand.module.css';

/** The product's mark and name. */
export const Brand = () => (
  <Group gap={10} wrap="nowrap">
    <svg className={classes.mark} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" fill="currentColor" />
      <path
        d="M16 7.5a4.75 4.75 0 0 0-4.75 4.75v2.5H11A2.5 2.5 0 0 0 8.5 17.25v5A2.5 2.5 0 0 0 11 24.75h10a2.5 2.5 0 0 0 2.5-2.5v-5A2.5 2.5 0 0 0 21 14.75h-.25v-2.5A4.75 4.75 0 0 0 16 7.5Zm2.5 7.25h-5v-2.5a2.5 2.5 0 0 1 5 0v2.5Z"
        fill="var(--brand-lock)"
        fillRule="evenodd"
      />
    </svg>
    <Text component="span" fw={600} fz="md" className={classes.name}>
      Secret Store
    </Text>
  </Group>
);
