import {
  Alert,
  createTheme,
  Modal,
  ModalHeader,
  PasswordInput,
  Notification,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

const iris: MantineColorsTuple = [
  '#f1f2fe',
  '#e2e4fb',
  '#c3c7f4',
  '#a2a8ed',
  '#858de8',
  '#7079e4',
  '#626ce0',
  '#4f58c9',
  '#434bb0',
  '#373f97',
];

/** Neutral and slightly cool. The dark scheme uses its dark end. */
const dark: MantineColorsTuple = [
  '#d9dbe1',
  '#b4b8c2',
  '#8f94a1',
  '#646978',
  '#40444f',
  '#33363f',
  '#26282f',
  '#1b1d22',
  '#151619',
  '#0f1012',
];

/** The first one has only the letters that the second lacks. */
const fontFamily = 'var(--font-geist-extended), var(--font-geist), system-ui, sans-serif';

export const theme = createTheme({
  colors: { iris, dark },
  primaryColor: 'iris',
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily,
  fontFamilyMonospace: 'ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontFamily, fontWeight: '600' },
  components: {
    Alert: Alert.extend({
      vars: (_, { color }) => ({
        root: {
          '--alert-bg': `color-mix(in srgb, var(--mantine-color-${color}-6) 10%, var(--mantine-color-body))`,
          '--alert-bd': `1px solid color-mix(in srgb, var(--mantine-color-${color}-6) 45%, transparent)`,
          '--alert-color': 'var(--mantine-color-text)',
        },
      }),
    }),
    // the library's own label contains the word "password", by which the field itself is found
    PasswordInput: PasswordInput.extend({
      defaultProps: { visibilityToggleButtonProps: { 'aria-label': 'Show characters' } },
    }),
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        padding: 'lg',
        overlayProps: { backgroundOpacity: 0.5 },
      },
      styles: { title: { fontWeight: 600, fontSize: 'var(--mantine-font-size-lg)' } },
    }),
    // that of a dialog is no banner of the page
    ModalHeader: ModalHeader.extend({ defaultProps: { role: 'none' } }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' }, withBorder: true },
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    }),
  },
});

/** WCAG AA: the library's own `dimmed`, `placeholder` and `error` are too pale. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[2],
    '--mantine-color-error': colors.red[4],
  },
});
