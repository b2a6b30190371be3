'use client';
import { Code, Text } from '@mantine/core';
import type { ModuleSummary } from '@secret-store/api/schemas';
import { FileChooser } from '@secret-store/ui';

interface ModuleFileFieldProps {
  readonly file: File | null;
  readonly module: ModuleSummary | null;
  /** the active file, which a chosen one replaces */
  readonly activeName: string | null;
  readonly error: string | null;
  readonly progress: number | null;
  readonly isDisabled: boolean;
  readonly onChoose: (file: File) => void;
}

const Summary = ({ module, activeName }: Pick<ModuleFileFieldProps, 'module' | 'activeName'>) => {
  if (module) {
    return (
      <Text fz="xs" c="dimmed">
        {module.packageName} {module.packageVersion} · SHA-256 <Code>{module.sha256.slice(0, 12)}…</Code>
      </Text>
    );
  }
  return (
    <Text fz="xs" c="dimmed">
      {activeName === null
        ? 'Choose a file or drop it here.'
        : `${activeName} is active. Choose another file to replace it.`}
    </Text>
  );
};

export const ModuleFileField = (props: ModuleFileFieldProps) => (
  <FileChooser
    label="Module file"
    description="A .tgz made by tools/secret-store pack-plugin, up to 32 MB."
    buttonLabel="Upload Module File"
    accept=".tgz,.gz,application/gzip"
    file={props.file}
    summary={<Summary module={props.module} activeName={props.activeName} />}
    error={props.error}
    progress={props.progress}
    isDisabled={props.isDisabled}
    onChoose={props.onChoose}
  />
);
