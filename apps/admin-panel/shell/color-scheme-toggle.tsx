'use client';
import { ActionIcon, useComputedColorScheme, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { DeviceDesktopIcon, MoonIcon, SunIcon, type Icon } from '@primer/octicons-react';

const icons: Readonly<Record<MantineColorScheme, Icon>> = { light: SunIcon, dark: MoonIcon, auto: DeviceDesktopIcon };

/** The other one, then as the system has it but fixed, then as the system changes it. */
const nextOf = (chosen: MantineColorScheme, system: 'light' | 'dark'): MantineColorScheme => {
  if (chosen === 'auto') return system === 'dark' ? 'light' : 'dark';
  return chosen === system ? 'auto' : system;
};

export const ColorSchemeToggle = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const system = useColorScheme();
  const shown = useComputedColorScheme();
  const Icon = icons[colorScheme];
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label="Toggle color scheme"
      title={colorScheme === 'auto' ? `Color scheme: system (${shown})` : `Color scheme: ${shown}`}
      onClick={() => setColorScheme(nextOf(colorScheme, system))}
    >
      <Icon size={18} aria-hidden="true" />
    </ActionIcon>
  );
};
