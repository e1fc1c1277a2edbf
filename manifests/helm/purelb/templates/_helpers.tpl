{{- define "purelb.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* First part of the names of cluster-wide objects; two releases differ in it. */}}
{{- define "purelb.fullname" -}}
{{ .Values.fullnameOverride | default "purelb" | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "purelb.selector" -}}
app.kubernetes.io/name: {{ include "purelb.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "purelb.labels" -}}
{{ include "purelb.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "purelb.account" -}}
{{ (index .root.Values .component).serviceAccount.name | default .component }}
{{- end }}

{{- define "purelb.image" -}}
{{- with .Values.global.imageRegistry }}{{ . }}/{{ end }}{{ .Values.image.repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "purelb.electionSecret" -}}
{{ .Values.election.existingSecret | default "purelb-election" }}
{{- end }}

{{/* What both workloads have in their pods' metadata. */}}
{{- define "purelb.podMetadata" -}}
{{- $own := index .root.Values .component -}}
labels:
  {{- include "purelb.selector" . | nindent 2 }}
  {{- with $own.podLabels }}{{ toYaml . | nindent 2 }}{{ end }}
annotations:
  prometheus.io/scrape: "true"
  prometheus.io/port: "7472"
  {{- with $own.podAnnotations }}{{ toYaml . | nindent 2 }}{{ end }}
{{- end }}

{{/* What both workloads have in their pods' specs: who runs it and where. No name is ever looked up, so no DNS is needed. */}}
{{- define "purelb.podSpec" -}}
{{- $own := index .root.Values .component -}}
serviceAccountName: {{ include "purelb.account" . }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
priorityClassName: {{ .root.Values.priorityClassName | default $own.priorityClassName | default .priority }}
dnsPolicy: Default
enableServiceLinks: false
{{- with $own.securityContext }}
securityContext: {{- toYaml . | nindent 2 }}
{{- end }}
nodeSelector:
  kubernetes.io/os: linux
  {{- with $own.nodeSelector }}{{ toYaml . | nindent 2 }}{{ end }}
{{- with $own.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What both containers have. A JVM that starts on a busy node gets a minute; then the event loop must turn. */}}
{{- define "purelb.container" -}}
{{- $own := index .root.Values .component -}}
image: {{ include "purelb.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
ports:
- {name: monitoring, containerPort: 7472, protocol: TCP}
startupProbe:
  httpGet: {path: /healthz, port: monitoring}
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /healthz, port: monitoring}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: {path: /readyz, port: monitoring}
  periodSeconds: 2
  timeoutSeconds: 2
securityContext: {{- toYaml $own.containerSecurityContext | nindent 2 }}
{{- with $own.resources }}
resources: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Environment that both containers have. */}}
{{- define "purelb.env" -}}
{{- $own := index .root.Values .component -}}
- name: PURELB_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: DEFAULT_ANNOUNCER
  value: {{ .root.Values.defaultAnnouncer | quote }}
{{- with $own.javaOpts }}
- name: JDK_JAVA_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- with $own.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
