// MUI on emotion, in production: every rule is inserted into sheets without text ("speedy").
import {
  Alert,
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogTitle,
  FormControlLabel,
  MenuItem,
  Snackbar,
  Step,
  StepLabel,
  Stepper,
  TextField,
} from "@mui/material";
import { useState } from "react";
import { createRoot } from "react-dom/client";

const steps = ["Contact", "Address", "Payment"];

function Checkout() {
  const [at, setAt] = useState(0);
  const [country, setCountry] = useState("gb");
  const [isWrong, setWrong] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [isTold, setTold] = useState(false);
  return (
    <main style={{ maxWidth: 560, margin: "24px auto", display: "grid", gap: 16 }}>
      <Stepper activeStep={at}>
        {steps.map((label) => (
          <Step key={label}>
            <StepLabel>{label}</StepLabel>
          </Step>
        ))}
      </Stepper>
      <TextField
        id="name"
        label="Name on card"
        error={isWrong}
        helperText={isWrong ? "Please tell us your name" : ""}
      />
      <TextField id="country" select label="Country" value={country} onChange={(e) => setCountry(e.target.value)}>
        <MenuItem value="gb">United Kingdom</MenuItem>
        <MenuItem value="ie">Ireland</MenuItem>
      </TextField>
      <FormControlLabel control={<Checkbox id="terms" />} label="Gift wrap" />
      <Button id="check" variant="outlined" onClick={() => setWrong(true)}>
        Check
      </Button>
      <Button id="next" variant="contained" onClick={() => setAt(at + 1)}>
        Next
      </Button>
      <Button id="details" onClick={() => setOpen(true)}>
        Delivery details
      </Button>
      <Dialog open={isOpen} onClose={() => setOpen(false)}>
        <DialogTitle>On Monday, before noon</DialogTitle>
        <DialogActions>
          <Button
            id="agree"
            onClick={() => {
              setOpen(false);
              setTold(true);
            }}
          >
            Good
          </Button>
        </DialogActions>
      </Dialog>
      <Snackbar open={isTold} anchorOrigin={{ vertical: "top", horizontal: "right" }}>
        <Alert severity="success">Your choice is kept</Alert>
      </Snackbar>
    </main>
  );
}

createRoot(document.getElementById("app") as HTMLElement).render(<Checkout />);
Object.assign(window, {
  steps: {
    "a validation error": () => [["click", "#check"]],
    "typed into a masked field": () => [
      ["click", "#name"],
      ["type", "Emma Clarke"],
      ["key", "Tab"],
    ],
    "the next step": () => [["click", "#next"]],
    "an open menu": () => [["click", "#country"]],
    "chosen by keys": () => [
      ["key", "ArrowDown"],
      ["key", "Enter"],
      ["wait", "!document.querySelector('[role=listbox]')"],
    ],
    "a modal": () => [
      ["click", "#details"],
      ["wait", "document.querySelector('[role=dialog]')"],
    ],
    "a toast": () => [
      ["click", "#agree"],
      ["wait", "!document.querySelector('[role=dialog]') && document.querySelector('[role=alert]')"],
    ],
  },
});
