'use client';
import { Box, Input } from '@mantine/core';
import type { Role } from '@secret-store/api/schemas';
import { Choice } from '@secret-store/ui';
import { roleWords } from './role-words.ts';

interface RoleFieldProps {
  readonly description?: string;
  readonly chosen: Role;
  readonly onChoose: (role: Role) => void;
}

export const RoleField = ({ description, chosen, onChoose }: RoleFieldProps) => (
  <Input.Wrapper component="div" label="Role" labelElement="div" description={description}>
    <Box mt={6}>
      <Choice
        label="Role"
        options={[
          { key: 'user', label: roleWords.user },
          { key: 'admin', label: roleWords.admin },
        ]}
        chosen={chosen}
        onChoose={onChoose}
      />
    </Box>
  </Input.Wrapper>
);
