'use client';
import { Box, Input, Text } from '@mantine/core';
import type { Role } from '@secret-store/api/schemas';
import { Choice } from '@secret-store/ui';
import { roleMeanings, roleWords } from './role-words.ts';

interface RoleFieldProps {
  readonly description?: string;
  readonly roles: readonly Role[];
  readonly chosen: Role;
  readonly onChoose: (role: Role) => void;
}

export const RoleField = ({ description, roles, chosen, onChoose }: RoleFieldProps) => (
  <Input.Wrapper component="div" label="Role" labelElement="div" description={description}>
    <Box mt={6}>
      <Choice
        label="Role"
        options={roles.map((role) => ({ key: role, label: roleWords[role] }))}
        chosen={chosen}
        onChoose={onChoose}
      />
    </Box>
    <Text fz="sm" c="dimmed" mt={6} aria-live="polite">
      {roleMeanings[chosen]}
    </Text>
  </Input.Wrapper>
);
