'use client';
import { Kbd, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { SearchIcon } from '@primer/octicons-react';
import { useRef, useState } from 'react';

interface SearchFieldProps {
  readonly label: string;
  /** what is searched for, as the address says */
  readonly searched: string;
  readonly onSearch: (search: string) => void;
}

const typingMilliseconds = 200;
/** The store searches for no more. */
const charactersMaximum = 256;

/** Searches once the typing rests. The key / leads to it. */
export const SearchField = ({ label, searched, onSearch }: SearchFieldProps) => {
  const [typed, setTyped] = useState(searched);
  const [shown, setShown] = useState(searched);
  const field = useRef<HTMLInputElement>(null);
  const search = useDebouncedCallback(onSearch, typingMilliseconds);
  // a link or Back led to another search; while typing has not rested, the field is ahead of the address
  if (searched !== shown) {
    setShown(searched);
    if (!search.isPending() && typed.trim() !== searched) setTyped(searched);
  }
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
      maxLength={charactersMaximum}
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        search(value.trim());
      }}
    />
  );
};
