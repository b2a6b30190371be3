'use client';
import { Code, Text } from '@mantine/core';
import type { ModuleSummary } from '@secret-store/api/schemas';
import { FileChooser } from '@secret-store/ui';

interface ModuleFileFieldProps {
  readonly file: File | null;
  readonly module: ModuleSummary | null;
  /** the uploaded file, which a chosen one replaces */
  readonly uploadedName: string | null;
  readonly isActive: boolean;
  readonly error: string | null;
  readonly progress: number | null;
  readonly isDisabled: boolean;
  readonly onChoose: (file: File) => void;
}

type SummaryProps = Pick<ModuleFileFieldProps, 'module' | 'uploadedName' | 'isActive'>;

const Summary = ({ module, uploadedName, isActive }: SummaryProps) => {
  if (module) {
    return (
      <Text fz="xs" c="dimmed">
        {module.packageName} {module.packageVersion} · SHA-256 <Code>{module.sha256.slice(0, 12)}…</Code>
      </Text>
    );
  }
  return (
    <Text fz="xs" c="dimmed">
      {uploadedName === null
        ? 'Choose a file or drop it here.'
        : `${uploadedName} is ${isActive ? 'active' : 'uploaded, not active yet'}. Choose another file to replace it.`}
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
    summary={<Summary {...props} />}
    error={props.error}
    progress={props.progress}
    isDisabled={props.isDisabled}
    onChoose={props.onChoose}
  />
);
