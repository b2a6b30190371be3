'use client';
import { Button, Group, Input, Progress, Text, VisuallyHidden } from '@mantine/core';
import { FileZipIcon, UploadIcon } from '@primer/octicons-react';
import { useId, useRef, useState, type DragEvent, type ReactNode } from 'react';
import classes from './file-chooser.module.css';

interface FileChooserProps {
  readonly label: string;
  readonly description: ReactNode;
  readonly buttonLabel: string;
  readonly accept: string;
  readonly file: File | null;
  /** what is known about the chosen file */
  readonly summary?: ReactNode;
  readonly error?: string | null;
  /** 0 to 100 while the file is uploading */
  readonly progress?: number | null;
  readonly isDisabled?: boolean;
  readonly onChoose: (file: File) => void;
}

const size = (bytes: number) =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** A field for one file, chosen or dropped. */
export const FileChooser = (props: FileChooserProps) => {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const choose = (file: File | undefined) => {
    if (file && !props.isDisabled) props.onChoose(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer.files[0]);
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };

  return (
    <div>
      <Input.Label htmlFor={id}>{props.label}</Input.Label>
      <div
        className={classes.frame}
        data-over={isOver || undefined}
        data-error={props.error ? true : undefined}
        onDragOver={over}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <VisuallyHidden>
          <input
            ref={input}
            id={id}
            type="file"
            accept={props.accept}
            tabIndex={-1}
            aria-describedby={`${id}-description`}
            aria-invalid={props.error ? true : undefined}
            disabled={props.isDisabled}
            onChange={(event) => {
              choose(event.currentTarget.files?.[0]);
              // so that choosing the same file again, after it was fixed, counts as a change
              event.currentTarget.value = '';
            }}
          />
        </VisuallyHidden>
        <Group gap="md" wrap="nowrap" align="flex-start">
          <FileZipIcon size={28} className={classes.icon ?? ''} aria-hidden="true" />
          <div className={classes.text}>
            <Text fz="sm" fw={props.file ? 600 : 400} className={classes.name ?? ''}>
              {props.file ? `${props.file.name} · ${size(props.file.size)}` : 'No file chosen'}
            </Text>
            {props.summary}
          </div>
        </Group>
        <Button
          variant="default"
          leftSection={<UploadIcon size={16} aria-hidden="true" />}
          disabled={props.isDisabled ?? false}
          onClick={() => input.current?.click()}
        >
          {props.buttonLabel}
        </Button>
        {typeof props.progress === 'number' && (
          <Progress className={classes.progress ?? ''} value={props.progress} aria-label="Upload progress" />
        )}
      </div>
      <Text id={`${id}-description`} fz="xs" c="dimmed" mt={6}>
        {props.description}
      </Text>
      {props.error && (
        <Input.Error mt={4} role="alert">
          {props.error}
        </Input.Error>
      )}
    </div>
  );
};
