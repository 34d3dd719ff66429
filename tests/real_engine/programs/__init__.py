"""Examples that are more than one program: what they do on the real engine, on the local Tavus and on the local AWS."""
