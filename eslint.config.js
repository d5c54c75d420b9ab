import tseslint from "typescript-eslint";

// One importer a library, and imports that go down only: STYLE's rooms and floors, as lint.
const only = (name, message) => ({ name, message });

export default tseslint.config(
  {
    ignores: [
      "build/",
      "dist/",
      "node_modules/",
      ".venv/",
      "server/beside/static/",
      "server/beside/demo/static/vendor/",
      "**/*.gen.ts",
    ],
  },
  ...tseslint.configs.strict,
  {
    files: ["js-snippet/src/**/*.ts", "agent_console/src/**/*.{ts,tsx}", "audit_page/src/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { paths: [only("socket.io-client", "Only connection.ts speaks Socket.IO.")] }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]",
          message: "Build nodes one by one.",
        },
        { selector: "CallExpression[callee.property.name='insertAdjacentHTML']", message: "Build nodes one by one." },
      ],
    },
  },
  { files: ["agent_console/src/connection.ts"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["js-snippet/src/**/*.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Array", property: "from", message: "Pages have put others over it (MooTools): spread, and map." },
      ],
    },
  },
);
