// styled-components in production: rules stand in the object model alone.
import { useState } from "react";
import { createRoot } from "react-dom/client";
import styled, { createGlobalStyle, css, keyframes } from "styled-components";

const shake = keyframes`from { translate: 8px 0; } to { translate: 0 0; }`;
const Everywhere = createGlobalStyle<{ $isDark: boolean }>`
  body { font: 16px/1.5 sans-serif; margin: 32px; background: ${({ $isDark }) => ($isDark ? "#1d2430" : "#fff")}; }
  body, input { color: ${({ $isDark }) => ($isDark ? "#fff" : "#1d2430")}; }
`;
const Card = styled.section<{ $tone: string; $isWide: boolean }>`
  border: 3px solid ${({ $tone }) => $tone};
  border-radius: 12px;
  padding: 20px;
  width: ${({ $isWide }) => ($isWide ? "700px" : "360px")};
  & > h2 {
    color: ${({ $tone }) => $tone};
    margin: 0 0 12px;
  }
`;
const Field = styled.input<{ $isWrong: boolean }>`
  display: block;
  padding: 8px;
  margin: 8px 0;
  border: 2px solid #999;
  ${({ $isWrong }) =>
    $isWrong &&
    css`
      border-color: #b5552b;
      animation: ${shake} 0.2s;
    `}
`;
const Press = styled.button.attrs({ type: "button" })`
  background: #2e7d4f;
  color: #fff;
  border: 0;
  padding: 10px 20px;
  margin-right: 8px;
  &:disabled {
    opacity: 0.4;
  }
`;
const Toast = styled.p`
  position: fixed;
  top: 20px;
  right: 20px;
  background: gold;
  color: #000;
  padding: 16px;
`;
const TONES = ["#2e7d4f", "#b5552b", "#3b6fd4", "#7a3fa0"];

function Checkout() {
  const [at, setAt] = useState(0);
  const [isWrong, setWrong] = useState(false);
  const [isDark, setDark] = useState(false);
  return (
    <>
      <Everywhere $isDark={isDark} />
      <Card $tone={TONES[at % TONES.length] as string} $isWide={at > 1}>
        <h2>Step {at + 1}</h2>
        <label>
          Card number <Field id="number" autoComplete="cc-number" $isWrong={isWrong} />
        </label>
        <Press id="next" onClick={() => setAt(at + 1)}>
          Next
        </Press>
        <Press id="check" disabled={isWrong} onClick={() => setWrong(true)}>
          Check
        </Press>
        <Press id="dark" onClick={() => setDark(!isDark)}>
          Dark
        </Press>
      </Card>
      {at > 2 && <Toast>Three steps done</Toast>}
    </>
  );
}

createRoot(document.getElementById("app") as HTMLElement).render(<Checkout />);
Object.assign(window, {
  steps: {
    "a new class for a new prop": () => [["click", "#next"]],
    "a validation error": () => [["click", "#check"]],
    "typed into a masked field": () => [
      ["click", "#number"],
      ["type", "4242 4242 4242 4242"],
      ["click", "h2"],
    ],
    "a wider card": () => [["click", "#next"]],
    "another global style": () => [["click", "#dark"]],
    "a toast": () => [["click", "#next"]],
    "the first global style again": () => [["click", "#dark"]],
  },
});
