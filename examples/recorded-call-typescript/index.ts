import * as pulumi from "@pulumi/pulumi";
import * as tavus from "pulumi-tavus";

const config = new pulumi.Config();

const recordings = new tavus.RecordingStorage("recordings", { retentionDays: 30, forceDestroy: true });
const call = new tavus.Conversation("call", {
    personaId: config.require("persona_id"), // of the persona that leads the conversation
    maxCallDuration: 600,
    enableRecording: true,
    recordingStorage: recordings.destination,
});

export const conversation_id = call.conversationId;
export const conversation_url = call.conversationUrl;
export const bucket_name = recordings.bucketName;
