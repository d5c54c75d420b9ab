/** The console's few icons, drawn with the text's own colour. All are decoration: the words stand beside them. */
import type { ComponentChildren, JSX } from "preact";

function icon(children: ComponentChildren): () => JSX.Element {
  return function Icon() {
    return (
      <svg class="icon" viewBox="0 0 20 20" width="18" height="18" fill="none" aria-hidden="true" focusable="false">
        <g stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">
          {children}
        </g>
      </svg>
    );
  };
}

export const CopyIcon = icon(
  <path d="M7 7V4.5A1.5 1.5 0 0 1 8.5 3h7A1.5 1.5 0 0 1 17 4.500v7a1.5 1.5 0 0 1-1.5 1.500H13M4.5 7h7A1.5 1.5 0 0 1 13 8.500v7a1.5 1.5 0 0 1-1.5 1.500h-7A1.5 1.5 0 0 1 3 15.500v-7A1.5 1.5 0 0 1 4.5 7Z" />,
);
export const CheckIcon = icon(<path d="m4 10.5 4 4 8-9" />);
export const LockIcon = icon(<path d="M6 9V6.500a4 4 0 0 1 8 0V9M5 9h10v8H5zM10 12v2" />);
export const TargetIcon = icon(<path d="M10 3v3M10 14v3M3 10h3M14 10h3M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z" />);
export const PauseIcon = icon(<path d="M7 5v10M13 5v10" />);
export const ClockIcon = icon(<path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4l2.5 2" />);
export const EyeIcon = icon(
  <path d="M2 10s3-5.5 8-5.500S18 10 18 10s-3 5.5-8 5.500S2 10 2 10ZM10 12.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z" />,
);
export const WarnIcon = icon(<path d="M10 3 2 17h16L10 3ZM10 8v4M10 14.500v.01" />);
export const CloseIcon = icon(<path d="m5 5 10 10M15 5 5 15" />);
export const DownloadIcon = icon(<path d="M10 3v10M6 9.500l4 4 4-4M4 17h12" />);
export const RefreshIcon = icon(<path d="M16 4v4h-4M16 8a6.5 6.5 0 1 0 .3 4" />);
export const PeopleIcon = icon(
  <path d="M7.5 9.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM2.5 16a5 5 0 0 1 10 0M13 9.500a2.2 2.2 0 1 0-1-4.200M14 11.500a4.5 4.5 0 0 1 3.5 4.5" />,
);

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <rect class="logo-ground" width="32" height="32" rx="8" />
      <rect class="logo-page" x="7" y="9" width="8" height="14" rx="2" />
      <rect class="logo-mirror" x="17" y="9" width="8" height="14" rx="2" />
    </svg>
  );
}
