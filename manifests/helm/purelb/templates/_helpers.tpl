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

{{/* A component's service account; a hook brings one of its own. */}}
{{- define "purelb.account" -}}
{{- if .account }}{{ .account }}
{{- else }}{{ (index .root.Values .component).serviceAccount.name | default .component }}{{ end }}
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

{{/*
What every pod has in its spec: who runs it and where; a hook runs where the allocator may. No name is ever looked up, so no
DNS is needed.
*/}}
{{- define "purelb.podSpec" -}}
{{- $own := index .root.Values (.settings | default .component) -}}
serviceAccountName: {{ include "purelb.account" . }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
priorityClassName: {{ .root.Values.priorityClassName | default $own.priorityClassName | default .priority }}
dnsPolicy: Default
enableServiceLinks: {{ .serviceLinks | default false }}
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
{{ include "purelb.program" . }}
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
{{- end }}

{{/* What every container has. */}}
{{- define "purelb.program" -}}
{{- $own := index .root.Values (.settings | default .component) -}}
image: {{ include "purelb.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- with $own.containerSecurityContext }}
securityContext: {{- toYaml . | nindent 2 }}
{{- end }}
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
- name: PURELB_JAVA_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- with $own.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What every object of a hook has in its metadata. */}}
{{- define "purelb.hookMetadata" -}}
labels: {{- include "purelb.labels" . | nindent 2 }}
annotations:
  helm.sh/hook: {{ .hook }}
  helm.sh/hook-weight: {{ .weight | quote }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{/* The account, the role, its binding and the Job of a hook that runs a verb of the command line. Of weight -2, -2, -1 and 0. */}}
{{- define "purelb.hook" -}}
{{- $namespaced := eq .role "Role" -}}
{{- $name := ternary .account (printf "%s:%s" (include "purelb.fullname" .root) .component) $namespaced -}}
{{- $its := merge (dict "settings" "allocator" "priority" "system-cluster-critical") . -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .account }}
  namespace: {{ .root.Release.Namespace }}
  {{- include "purelb.hookMetadata" (merge (dict "weight" "-2") $its) | nindent 2 }}
{{- if .root.Values.rbac.create }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .role }}
metadata:
  name: {{ $name }}
  {{- if $namespaced }}
  namespace: {{ .root.Release.Namespace }}
  {{- end }}
  {{- include "purelb.hookMetadata" (merge (dict "weight" "-2") $its) | nindent 2 }}
rules:
{{ .rules }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .role }}Binding
metadata:
  name: {{ $name }}
  {{- if $namespaced }}
  namespace: {{ .root.Release.Namespace }}
  {{- end }}
  {{- include "purelb.hookMetadata" (merge (dict "weight" "-1") $its) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .role }}
  name: {{ $name }}
subjects:
- kind: ServiceAccount
  name: {{ .account }}
  namespace: {{ .root.Release.Namespace }}
{{- end }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .account }}
  namespace: {{ .root.Release.Namespace }}
  {{- include "purelb.hookMetadata" (merge (dict "weight" "0") $its) | nindent 2 }}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: 270
  template:
    metadata:
      labels: {{- include "purelb.selector" . | nindent 8 }}
    spec:
      {{- include "purelb.podSpec" $its | nindent 6 }}
      restartPolicy: Never # so that the pods of a Job that failed stay, with their logs
      containers:
      - name: {{ .component }}
        args: [{{ .verb }}]
        {{- include "purelb.program" $its | nindent 8 }}
        env:
        - name: PURELB_NAMESPACE
          valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
{{- end }}
