package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"pulumi-tavus/sdk/go/tavus"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		recordings, err := tavus.NewRecordingStorage(ctx, "recordings", &tavus.RecordingStorageArgs{
			RetentionDays: pulumi.Int(30),
			ForceDestroy:  pulumi.Bool(true),
		})
		if err != nil {
			return err
		}
		call, err := tavus.NewConversation(ctx, "call", &tavus.ConversationArgs{
			PersonaId:        pulumi.String(config.Require(ctx, "persona_id")), // of the persona that leads the conversation
			MaxCallDuration:  pulumi.Int(600),
			EnableRecording:  pulumi.Bool(true),
			RecordingStorage: recordings.Destination,
		})
		if err != nil {
			return err
		}
		ctx.Export("conversation_id", call.ConversationId)
		ctx.Export("conversation_url", call.ConversationUrl)
		ctx.Export("bucket_name", recordings.BucketName)
		return nil
	})
}
