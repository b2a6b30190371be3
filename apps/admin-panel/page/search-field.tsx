'use client';
import { Kbd, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { SearchIcon } from '@primer/octicons-react';
import { useRef, useState } from 'react';

interface SearchFieldProps {
  readonly label: string;
  /** what is searched for already */
  readonly initial: string;
  readonly onSearch: (search: string) => void;
}

const typingMilliseconds = 200;

/** Searches once the typing rests. The key / leads to it. */
export const SearchField = ({ label, initial, onSearch }: SearchFieldProps) => {
  const [typed, setTyped] = useState(initial);
  const field = useRef<HTMLInputElement>(null);
  const search = useDebouncedCallback(onSearch, typingMilliseconds);
  useHotkeys([['/', () => field.current?.focus()]]);
  return (
    <TextInput
      ref={field}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<SearchIcon size={16} aria-hidden="true" />}
      rightSection={<Kbd visibleFrom="sm">/</Kbd>}
      w={{ base: '100%', xs: 280 }}
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        search(value.trim());
      }}
    />
  );
};
