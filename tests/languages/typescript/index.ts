import * as pulumi from "@pulumi/pulumi";
import * as tavus from "pulumi-tavus";

const config = new pulumi.Config();

const account = new tavus.Provider("account", { apiKey: config.requireSecret("key"), baseUrl: config.require("url") });
new tavus.Persona("colleague", { personaName: "Colleague", systemPrompt: "You assist." }, { provider: account });

const coach = new tavus.Persona("coach", {
    personaName: "Coach",
    systemPrompt: config.require("prompt"),
    llm: { model: "mine", baseUrl: "https://llm.example.com", apiKey: config.requireSecret("key") },
});
const call = new tavus.Conversation("call", {
    personaId: coach.id,
    replicaId: "r90bbd427f71",
    maxCallDuration: config.requireNumber("seconds"),
});

export const status = call.status;
export const found = tavus.getPersonaOutput({ name: "Life Coach", system: true }).personaId;
